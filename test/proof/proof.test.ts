import { readFileSync } from "node:fs";
import { compared, inShort, smallest } from "./compare";
import { scenarioFrom } from "./generate";

// A tenth of a minute of `npm run proof`: the same scenarios each time.

it("two engines answer alike", async () => {
  for (let seed = 0; seed < 1_500; seed++) {
    const result = await compared(scenarioFrom(seed));
    if (typeof result === "object") expect.fail(`--scenario ${seed}\n${inShort(await smallest(result))}`);
  }
});

const ofTheModel = [
  "address",
  "approval-rules",
  "invited",
  "language",
  "model",
  "person-rules",
  "posture",
  "rules",
  "state",
  "table-rules",
];

it("the second engine is small enough to be read: 1,200 lines at most", () => {
  const lines = ofTheModel.flatMap((name) =>
    readFileSync(new URL(`${name}.ts`, import.meta.url), "utf8")
      .split("\n")
      .slice(1),
  );
  expect(lines.length).toBeLessThanOrEqual(1_200);
});
