import { canonicalJson } from "../../engine/canonical-json";
import { inBatches } from "../../engine/in-batches";

it("works on so many at a time, and answers in order", async () => {
  let running = 0;
  const most: number[] = [];
  const results = await inBatches([1, 2, 3, 4, 5], 2, async (each) => {
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

it.each([
  { value: { b: 1, a: { d: [{ f: 1, e: 2 }], c: null } }, json: '{"a":{"c":null,"d":[{"e":2,"f":1}]},"b":1}' },
  { value: { a: 1, b: 2, c: 3 }, json: '{"a":1,"b":2,"c":3}' },
  { value: [2, 1], json: "[2,1]" },
  { value: "x", json: '"x"' },
])("$json is the one way to write it", ({ value, json }) => expect(canonicalJson(value)).toBe(json));
