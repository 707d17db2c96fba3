import { fileURLToPath } from "node:url";
import { type Defect, defective } from "./defect";
import { allDefects } from "./list";

const root = fileURLToPath(new URL("../../../", import.meta.url));

it("each defect changes its file, and has a name that no other defect has", () => {
  expect(new Set(allDefects.map(({ name }) => name)).size).toBe(allDefects.length);
  const without = (defect: Defect) => defective(root, defect).length;
  expect(allDefects.map(without).every((length) => length > 0)).toBe(true);
});
