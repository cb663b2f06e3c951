// Numbers, money and dates as people read them.

import { currencyDigits } from "./generated/currencies";
import { outcomeLabels } from "./markets";
import type { Outcome, Risk } from "./types";

const locale = "en-GB";

/** Digits after the point of a currency's amounts: 2 of EUR, 0 of JPY, 3 of KWD. */
const digitsOf = (currency: string): number => currencyDigits[currency] ?? 2;

/** How many minor units make one: 100 of EUR, 1 of JPY. */
export const unitOf = (currency: string): number => 10 ** digitsOf(currency);

export function percent(fraction: number, digits = 0): string {
  return `${(fraction * 100).toFixed(digits)}%`;
}

/** With its sign: "+4.8%", "−2.1%". */
export function signedPercent(fraction: number): string {
  const text = (Math.abs(fraction) * 100).toFixed(1);
  if (Number(text) === 0) return "0.0%";
  return `${fraction < 0 ? "−" : "+"}${text}%`;
}

/** A plain number with its sign: "+0.0123", "−1.50". */
export function signed(value: number, digits: number): string {
  const text = Math.abs(value).toFixed(digits);
  if (Number(text) === 0) return text;
  return `${value < 0 ? "−" : "+"}${text}`;
}

/** A sentence of the server's with the signs that the page uses: "−3.1%" for "-3.1 %". */
export function typeset(sentence: string): string {
  return sentence.replace(/(^|[\s(])-(?=\d)/g, "$1−").replace(/(\d) %/g, "$1%");
}

/** "21688" to "21,688". */
export function count(value: string | number): string {
  return new Intl.NumberFormat(locale).format(Number(value));
}

export function odds(value: number): string {
  return value.toFixed(2);
}

/** "+€12.34", "−€0.05", "€0.00". */
export function signedMoney(minorUnits: string, currency: string): string {
  const amount = Number(minorUnits);
  if (amount === 0) return money("0", currency);
  return `${amount < 0 ? "−" : "+"}${money(String(Math.abs(amount)), currency)}`;
}

/** "1234" and "EUR" to "€12.34"; and "JPY" to "JP¥1,234". */
export function money(minorUnits: string, currency: string): string {
  const amount = Number(minorUnits) / unitOf(currency);
  const digits = digitsOf(currency);
  try {
    return new Intl.NumberFormat(locale, {
      style: "currency",
      currency,
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    }).format(amount);
  } catch {
    return `${amount.toFixed(digits)} ${currency}`;  // a code that the browser does not know
  }
}

/** Minor units as a plain number for an input field: "100050" to "1000.50". */
export function plainAmount(minorUnits: string, currency: string): string {
  return (Number(minorUnits) / unitOf(currency)).toFixed(digitsOf(currency));
}

/**
 * What a person typed, in minor units: digits with at most the currency's decimals after a point or
 * comma.
 * Null when it is anything else or 10^13 units or more. Exact: no float is involved.
 */
export function parseAmount(text: string, currency: string): string | null {
  const match = /^(\d{1,13})(?:[.,](\d+))?$/.exec(text.trim());
  const digits = digitsOf(currency);
  if (!match || (match[2] ?? "").length > digits) return null;
  const minor = (match[2] ?? "").padEnd(digits, "0");
  return `${match[1]}${minor}`.replace(/^0+(?=\d)/, "");
}

/** What the currency's amounts look like, for a person who typed something else. */
export const amountExample = (currency: string): string => {
  const digits = digitsOf(currency);
  return digits === 0 ? "one like 50" : `one like 50 or ${(50.5).toFixed(digits)}`;
};

/** The day a match belongs to, "2026-01-30": of its kick-off here, else of the source. */
export function dayOf(matchDate: string, kickoff: string | undefined): string {
  if (!kickoff) return matchDate;
  const time = new Date(kickoff);
  const pad = (value: number) => String(value).padStart(2, "0");
  return `${time.getFullYear()}-${pad(time.getMonth() + 1)}-${pad(time.getDate())}`;
}

export function dayParts(day: string): { weekday: string; number: string; month: string } {
  const date = new Date(`${day}T12:00:00Z`);
  const part = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, { timeZone: "UTC", ...options }).format(date);
  return {
    weekday: part({ weekday: "long" }),
    number: part({ day: "numeric" }),
    month: part({ month: "long", year: "numeric" }),
  };
}

export function clock(time: string): string {
  return new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" }).format(
    new Date(time),
  );
}

/** "30 January 2026, 09:00", in the browser's time zone. */
export function moment(time: string): string {
  return new Intl.DateTimeFormat(locale, {
    day: "numeric",
    month: "long",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
  })
    .format(new Date(time))
    .replace(" at ", ", ");
}

export function timeZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone.replace(/_/g, " ");
}

/** Names the side: the team for home and away, the word for all else. */
export function outcomeName(outcome: Outcome, home: string, away: string): string {
  if (outcome === "OUTCOME_HOME") return home;
  if (outcome === "OUTCOME_AWAY") return away;
  return outcomeLabels[outcome];
}

export const risks: ReadonlyArray<{ value: Risk; name: string; meaning: string }> = [
  { value: "RISK_LOW", name: "Low", meaning: "a tenth of the Kelly stake" },
  { value: "RISK_MEDIUM", name: "Medium", meaning: "a quarter of the Kelly stake" },
  { value: "RISK_HIGH", name: "High", meaning: "half of the Kelly stake" },
];

export const roleName = (role: number): string =>
  role === 9 ? "Admin" : role === 1 ? "Premium" : "Free";

/** The rule of the server (accounts.proto), so that a form can show it while one types. */
export const passwordRules: ReadonlyArray<{ text: string; met: (password: string) => boolean }> = [
  { text: "at least 8 characters", met: (p) => [...p.normalize("NFC")].length >= 8 },
  { text: "an upper case letter", met: (p) => /\p{Uppercase}/u.test(p) },
  { text: "a lower case letter", met: (p) => /\p{Lowercase}/u.test(p) },
  { text: "a digit", met: (p) => /\p{Nd}/u.test(p) },
  { text: "one of @ ^ / : ; ? ! + * - _", met: (p) => /[@^/:;?!+*_-]/.test(p) },
];
