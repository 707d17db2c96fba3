import { compared, inShort, smallest } from "./compare";
import { scenarioFrom } from "./generate";

// A tenth of a minute of `npm run proof`: the same scenarios each time.

const MOST_MS = 6_000;

it("two engines answer alike", { timeout: 120_000 }, async () => {
  const begun = process.cpuUsage();
  const spent = () => process.cpuUsage(begun).user / 1_000;
  for (let seed = 0; spent() < MOST_MS; seed++) {
    const result = await compared(scenarioFrom(seed));
    if (typeof result === "object") expect.fail(`--scenario ${seed}\n${inShort(await smallest(result))}`);
  }
});
