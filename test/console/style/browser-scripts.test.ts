import { ADAPT, ENHANCE } from "../../../console/style/browser-scripts";
import { bundledScript } from "../../../scripts/browser-scripts";

it.each([
  ["adapt", ADAPT],
  ["enhance", ENHANCE],
] as const)("browsers get the current build of console/browser/%s.ts: npm run browser", (entry, served) => {
  expect(served).toBe(bundledScript(entry));
});
