import { formatTimeout, parseDuration } from "../../engine/sign-up/time";

it.each([
  { text: "15m", ms: 900_000 },
  { text: "48h", ms: 172_800_000 },
  { text: "31d", ms: 2_678_400_000 },
  { text: "99999m", ms: 5_999_940_000 },
  { text: "100000m", ms: undefined },
  { text: "18000ms", ms: 18_000 },
  { text: "4s", ms: 4_000 },
  { text: "1.5s", ms: 1_500 },
  { text: "0.25s", ms: 250 },
  { text: "12.5s", ms: 12_500 },
  { text: "1.001s", ms: 1_001 },
  { text: "0d", ms: 0 },
  { text: "1.5ms", ms: undefined },
  { text: "1.5h", ms: undefined },
  { text: ".5s", ms: undefined },
  { text: "1.s", ms: undefined },
  { text: "1.0005s", ms: undefined },
  { text: "-1s", ms: undefined },
  { text: "1e3s", ms: undefined },
  { text: "014d", ms: undefined },
  { text: "1w", ms: undefined },
  { text: "1S", ms: undefined },
  { text: "x15m", ms: undefined },
  { text: "15mx", ms: undefined },
  { text: "15 m", ms: undefined },
  { text: "", ms: undefined },
  { text: undefined, ms: undefined },
])("the time $text is $ms ms", ({ text, ms }) => expect(parseDuration(text)).toBe(ms));

it.each([
  { ms: 999, text: "999ms" },
  { ms: 1_000, text: "1s" },
  { ms: 1_500, text: "1.5s" },
  { ms: 1_550, text: "1550ms" },
])("$ms ms are written $text", ({ ms, text }) => expect(formatTimeout(ms)).toBe(text));
