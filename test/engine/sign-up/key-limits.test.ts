import { canBeKey, MAX_PARTITION_KEY_BYTES, MAX_SORT_KEY_BYTES } from "../../../engine/sign-up/key-limits";

it.each([
  { text: "", max: undefined, legal: false },
  { text: "x", max: undefined, legal: true },
  { text: "é".repeat(1_024), max: undefined, legal: true },
  { text: `${"é".repeat(1_024)}x`, max: undefined, legal: false },
  { text: "é".repeat(1_024), max: MAX_PARTITION_KEY_BYTES, legal: true },
  { text: "é".repeat(512), max: MAX_SORT_KEY_BYTES, legal: true },
  { text: `${"é".repeat(512)}x`, max: MAX_SORT_KEY_BYTES, legal: false },
])("a text of $text.length characters can be a key of $max bytes: $legal", ({ text, max, legal }) =>
  expect(canBeKey(text, max)).toBe(legal),
);
