import { compared } from "./compare";
import { scenarioOf } from "./contested";

// What the hunt for one defect runs: prints how many scenarios it took until the engines differed, or 0.

const most = Number(process.argv[2]);

async function firstThatDiffers(): Promise<number> {
  for (let seed = 0; seed < most; seed++) if (typeof (await compared(scenarioOf(seed)).catch(String)) === "object") return seed + 1;
  return 0;
}

void firstThatDiffers().then((number) => console.log(number));
