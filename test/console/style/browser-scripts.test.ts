import { ADAPT, ENHANCE } from "../../../console/style/browser-scripts";
import { bundledScript } from "../../../scripts/browser-scripts";

it.each([
  ["adapt", ADAPT],
  ["enhance", ENHANCE],
] as const)("browsers get console/browser/%s.ts as it is now: npm run browser", (entry, served) => {
  expect(served).toBe(bundledScript(entry));
});
