import { compared, inShort, smallest } from "./compare";
import { scenarioFrom } from "./generate";

// A tenth of a minute of `npm run proof`: the same scenarios each time.

it("two engines answer alike", async () => {
  for (let seed = 0; seed < 1_500; seed++) {
    const result = await compared(scenarioFrom(seed));
    if (typeof result === "object") expect.fail(`--scenario ${seed}\n${inShort(await smallest(result))}`);
  }
});
