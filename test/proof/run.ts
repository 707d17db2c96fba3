import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { compared, type Difference, inShort, smallest } from "./compare";
import { scenarioOf } from "./contested";
import { HUNTED } from "./generate";
import { huntAnswers } from "./hunt";
import { isCall, type Scenario } from "./scenario";

// npm run proof -- --count 1000000 --seed 1: so many sign-ups through both engines. Exit code 1 if they differ.
// npm run proof -- --defects: whether the first 5,000 scenarios find each of the listed mistakes.

const { values } = parseArgs({
  options: {
    count: { type: "string", default: "100000" },
    seed: { type: "string", default: "1" },
    scenario: { type: "string" },
    save: { type: "string" },
    defects: { type: "boolean", default: false },
    most: { type: "string", default: "5" },
  },
});

async function main(): Promise<number> {
  if (values.scenario !== undefined) return show(await compared(readScenario(values.scenario)), values.scenario);
  if (values.defects) return (await huntAnswers(HUNTED)) ? 0 : 1;
  const wanted = Number(values.count);
  const begun = Date.now();
  let seed = Number(values.seed) * 100_000_000;
  let [signUps, scenarios, unloadable, different] = [0, 0, 0, 0];
  const told = () => {
    const perSecond = Math.round((signUps * 1_000) / Math.max(1, Date.now() - begun));
    process.stderr.write(
      `${signUps} sign-ups in ${scenarios} scenarios, ${unloadable} policies that do not load, ${different} differences, ${perSecond}/s\n`,
    );
  };

  for (let next = Date.now() + 10_000; signUps < wanted && different < Number(values.most); seed++) {
    const scenario = scenarioOf(seed);
    const result = await compared(scenario);
    if (result === "unloadable") unloadable += 1;
    else {
      scenarios += 1;
      signUps += scenario.events.filter(isCall).length;
    }
    if (typeof result === "object") {
      different += 1;
      await show(result, `${seed}`);
    }
    if (Date.now() > next) {
      told();
      next = Date.now() + 10_000;
    }
  }
  told();
  return different === 0 ? 0 : 1;
}

/** The scenario of a number, or of a file that `--save` wrote. */
function readScenario(which: string): Scenario {
  return /^\d+$/.test(which) ? scenarioOf(Number(which)) : (JSON.parse(readFileSync(which, "utf8")) as Scenario);
}

async function show(result: Difference | "same" | "unloadable", which: string): Promise<number> {
  if (typeof result === "string") {
    process.stdout.write(`${which}: ${result}\n`);
    return 0;
  }
  const found = await smallest(result);
  process.stdout.write(`--scenario ${which}\n${inShort(found)}\n\n`);
  if (values.save !== undefined) {
    mkdirSync(values.save, { recursive: true });
    writeFileSync(join(values.save, `${which.replace(/\W/g, "-")}.json`), `${JSON.stringify(found.scenario, undefined, 2)}\n`);
  }
  return 1;
}

process.exitCode = 2;
void main().then((code) => {
  process.exitCode = code;
});
