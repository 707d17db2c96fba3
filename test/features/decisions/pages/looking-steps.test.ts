import { lookingSteps } from "../../../../features/decisions/views";

it.each([
  { name: "all fit", fitting: 1, steps: [250, 250, 250] },
  { name: "one of ten fits", fitting: 0.1, steps: [250, 500, 500] },
  { name: "one of fifty fits", fitting: 0.02, steps: [250, 2_000, 2_000] },
  { name: "none fits", fitting: 0, steps: [250, 2_000, 2_000] },
])("a search reads few rows first, then as many as fill a page: $name", async ({ fitting, steps }) => {
  const step = lookingSteps();
  const asked: number[] = [];
  for (const _ of steps)
    await step(async (lookAt) => {
      asked.push(lookAt);
      return { items: Array.from({ length: Math.round(lookAt * fitting) }), searched: lookAt };
    });
  expect(asked).toEqual(steps);
});

it("the second step of a search reads few rows, like the first, if the first one found hardly any", async () => {
  const step = lookingSteps();
  await step(async () => ({ items: [], searched: 3 }));
  expect(await step(async (lookAt) => ({ items: [], searched: lookAt }))).toEqual({ items: [], searched: 250 });
});
