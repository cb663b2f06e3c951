// The daily hash chain of the record, checked with the reader's own machine (the text that is
// hashed is that of libs/record/chain.hpp):
//
//   line hash   = SHA-256(line)
//   lines hash  = SHA-256(every line hash of the day in order, each followed by "\n")
//   seal        = SHA-256("fairline-seal-1\n" day "\n" lines "\n" lines-hash "\n" seal-before "\n")

import { sha256Hex } from "./sha256";

export interface Seal {
  /** "2026-01-30" */
  day: string;
  lines: string;
  lines_sha256: string;
  previous_sha256: string;
  sha256: string;
}

export interface RecordLine {
  sha256: string;
  /** Empty until the match has begun. */
  line: string;
}

export const noSeal = "0".repeat(64);

/** Where the chain breaks, in words; null when it holds. Seals are in order, the first one first. */
export async function brokenChain(seals: readonly Seal[]): Promise<string | null> {
  let before: Seal | null = null;
  for (const seal of seals) {
    if (before && seal.day <= before.day) return `${seal.day}: not after the day before it.`;
    if (seal.previous_sha256 !== (before?.sha256 ?? noSeal)) {
      return `${seal.day}: does not follow the seal before it.`;
    }
    if (seal.sha256 !== (await sealHash(seal))) {
      return `${seal.day}: the seal is not that of its contents.`;
    }
    before = seal;
  }
  return null;
}

export interface DayCheck {
  /** What is wrong with the day, in words; null when nothing is. */
  broken: string | null;
  /** Lines that can be read, and those whose match has not begun. */
  shown: number;
  hidden: number;
  /** Of those shown, sealed when their match had begun in real time. */
  hindsight: number;
}

/** Whether these are the lines that the day was sealed over. */
export async function checkDay(seal: Seal, lines: readonly RecordLine[]): Promise<DayCheck> {
  const check: DayCheck = { broken: null, shown: 0, hidden: 0, hindsight: 0 };
  for (const [i, { sha256, line }] of lines.entries()) {
    if (line === "") {
      ++check.hidden;
      continue;
    }
    ++check.shown;
    if ((await sha256Hex(line)) !== sha256) {
      check.broken ??= `${seal.day}: line ${i + 1} is not what its hash was taken of.`;
    }
    if (inHindsight(line)) ++check.hindsight;
  }
  if (String(lines.length) !== seal.lines) {
    check.broken ??= `${seal.day}: sealed over ${seal.lines} lines, but there are ${lines.length}.`;
  }
  const all = lines.map(({ sha256 }) => `${sha256}\n`).join("");
  if ((await sha256Hex(all)) !== seal.lines_sha256) {
    check.broken ??= `${seal.day}: its lines are not those it was sealed over.`;
  }
  return check;
}

export function sealHash({ day, lines, lines_sha256, previous_sha256 }: Seal): Promise<string> {
  return sha256Hex(`fairline-seal-1\n${day}\n${lines}\n${lines_sha256}\n${previous_sha256}\n`);
}

/** Whether a forecast's own words say that it was sealed when its match had begun. */
function inHindsight(line: string): boolean {
  let content: Record<string, unknown>;
  try {
    content = JSON.parse(line) as Record<string, unknown>;
  } catch {
    return false;
  }
  if (content["kind"] !== "forecast") return false;
  const begun = content["kickoff_time"] ?? `${String(content["match_date"])}T23:59:59Z`;
  return Date.parse(String(content["sealed_at"])) >= Date.parse(String(begun));
}
