import { groupBy, mapInBatches } from "../../engine/collections";

it("the parallel map limits concurrent work, and returns results in order", async () => {
  let running = 0;
  const most: number[] = [];
  const results = await mapInBatches([1, 2, 3, 4, 5], 2, async (each) => {
    running += 1;
    await Promise.resolve();
    most.push(running);
    await Promise.resolve();
    running -= 1;
    return each * 10;
  });
  expect(results).toEqual([10, 20, 30, 40, 50]);
  expect(most).toEqual([2, 2, 2, 2, 1]);
});

it("the grouping keeps the order of values and of their keys", () => {
  const groups = groupBy(["b1", "a1", "b2"], (value) => value.slice(0, 1));
  expect([...groups]).toEqual([
    ["b", ["b1", "b2"]],
    ["a", ["a1"]],
  ]);
});
