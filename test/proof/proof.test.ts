import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defective } from "../lives/defects/defect";
import { compared, inShort, smallest } from "./compare";
import { scenarioOf } from "./contested";
import { answerDefects } from "./defects";
import { TESTED } from "./generate";

// The first scenarios of `npm run proof`: the same scenarios each time.

it("the two engines give equal answers", async () => {
  for (let seed = 0; seed < TESTED; seed++) {
    const result = await compared(scenarioOf(seed));
    if (typeof result === "object") expect.fail(`--scenario ${seed}\n${inShort(await smallest(result))}`);
  }
});

const ofTheModel = [
  "admit",
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

it("the second engine is short enough to read: 1,360 lines at most", () => {
  const lines = ofTheModel.flatMap((name) =>
    readFileSync(new URL(`${name}.ts`, import.meta.url), "utf8")
      .split("\n")
      .slice(1),
  );
  expect(lines.length).toBeLessThanOrEqual(1_360);
});

it("each defect has a unique name, and applies to its file", () => {
  expect(new Set(answerDefects.map(({ name }) => name)).size).toBe(answerDefects.length);
  const root = fileURLToPath(new URL("../../", import.meta.url));
  for (const defect of answerDefects) expect(defective(root, defect)).not.toBe("");
});
