// SHA-256 (FIPS 180-4) of text, in lower-case hex: by WebCrypto where the browser offers it, which
// it does not for a page on plain http away from localhost, and reckoned here elsewhere.

export async function sha256Hex(text: string): Promise<string> {
  const bytes = new TextEncoder().encode(text);
  if (!globalThis.crypto?.subtle) return hex(digest(bytes));
  return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// The first 32 bits of the fractional parts of the roots of the first primes.
const primes = Array.from({ length: 312 }, (_, n) => n).filter(
  (n) => n > 1 && !Array.from({ length: n }, (_, d) => d).some((d) => d > 1 && n % d === 0),
);
const fraction = (value: number) => Math.floor((value - Math.floor(value)) * 2 ** 32) >>> 0;
const startWords = primes.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)));
const roundWords = primes.slice(0, 64).map((prime) => fraction(Math.cbrt(prime)));

const rotate = (word: number, by: number) => (word >>> by) | (word << (32 - by));

/** FIPS 180-4, section 6.2. */
export function digest(message: Uint8Array): Uint8Array {
  const blocks = Math.ceil((message.length + 9) / 64);
  const padded = new Uint8Array(blocks * 64);
  padded.set(message);
  padded[message.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, Math.floor(message.length / 2 ** 29));
  view.setUint32(padded.length - 4, (message.length << 3) >>> 0);
  const state = Uint32Array.from(startWords);
  const words = new Uint32Array(64);
  const word = (i: number) => words[i] as number;
  for (let block = 0; block < blocks; ++block) {
    for (let i = 0; i < 16; ++i) words[i] = view.getUint32(block * 64 + i * 4);
    for (let i = 16; i < 64; ++i) {
      const near = word(i - 15);
      const far = word(i - 2);
      const low = rotate(near, 7) ^ rotate(near, 18) ^ (near >>> 3);
      const high = rotate(far, 17) ^ rotate(far, 19) ^ (far >>> 10);
      words[i] = word(i - 16) + low + word(i - 7) + high;
    }
    let [a, b, c, d, e, f, g, last] = state as unknown as [
      number, number, number, number, number, number, number, number];
    for (let i = 0; i < 64; ++i) {
      const mixed = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
      const choice = (e & f) ^ (~e & g);
      const first = (last + mixed + choice + (roundWords[i] as number) + word(i)) | 0;
      const turned = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
      const majority = (a & b) ^ (a & c) ^ (b & c);
      [last, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + turned + majority) | 0];
    }
    [a, b, c, d, e, f, g, last].forEach((value, i) => {
      state[i] = (state[i] as number) + value;
    });
  }
  const out = new DataView(new ArrayBuffer(32));
  state.forEach((value, i) => out.setUint32(i * 4, value));
  return new Uint8Array(out.buffer);
}
