const MS_OF = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Days, as options take them: `"14d"`. */
export type Days = `${number}d`;

/** A short time, as options take it: `"4s"`, `"1.5s"`, `"500ms"`. */
export type Timeout = `${number}s` | `${number}ms`;

/** Returns the milliseconds of `500ms`, `1.5s`, `15m`, `48h`, `31d`; undefined for any other text. */
export function parseDuration(text: unknown): number | undefined {
  // Only seconds may have a fraction, as in `1.5s`.
  const [, amount, unit] = /^(0|[1-9]\d{0,4}|\d{1,2}\.\d{1,3}(?=s))(ms|[smhd])$/.exec(String(text)) ?? [];
  return unit === undefined ? undefined : Math.round(Number(amount) * MS_OF[unit as keyof typeof MS_OF]);
}

/** Returns the milliseconds of a time that an option's schema has checked. */
export function toMs(text: string): number {
  return parseDuration(text) as number;
}

export function formatTimeout(ms: number): Timeout {
  return ms >= 1_000 && ms % 100 === 0 ? `${ms / 1_000}s` : `${ms}ms`;
}

export function toDays(text: Days): number {
  return Number.parseInt(text, 10);
}
