import { isCurrent } from "../../../engine/rules/current-row";

const NOW = new Date("2026-06-15T12:00:00Z");

it.each([
  { expiresAt: undefined, current: true },
  { expiresAt: "2026-06-15", current: true },
  { expiresAt: "2026-06-14", current: false },
  { expiresAt: "2026-06-15T12:00:01Z", current: true },
  { expiresAt: "2026-06-15T12:00:00Z", current: false },
  { expiresAt: "soon", current: false },
])("a row that ends $expiresAt counts: $current", ({ expiresAt, current }) => expect(isCurrent({ expiresAt }, NOW)).toBe(current));
