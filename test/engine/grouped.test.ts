import { grouped } from "../../engine/grouped";

it("keeps the order of values and of their keys", () => {
  const groups = grouped(["b1", "a1", "b2"], (value) => value.slice(0, 1));
  expect([...groups]).toEqual([
    ["b", ["b1", "b2"]],
    ["a", ["a1"]],
  ]);
});
