import { huntDefects } from "./defects/hunt";
import { live } from "./lives";

// Lives many years: npm run lives -- --years 10000 --seed 1. A seed that breaks a promise is printed, and lives the same again.
// npm run lives -- --defects NAME ... --towns 30 looks for the defects that are named, or all of them, in as many towns.

const YEARS_EACH = 2;

function option(name: string, otherwise: number): number {
  const at = process.argv.indexOf(`--${name}`);
  const given = at < 0 ? otherwise : Number(process.argv[at + 1]);
  if (!Number.isSafeInteger(given) || given < 1) throw new RangeError(`--${name} takes a whole number of at least 1.`);
  return given;
}

async function main(): Promise<void> {
  const at = process.argv.indexOf("--defects");
  if (at >= 0) {
    const names = process.argv.slice(at + 1).filter((each, index, all) => !each.startsWith("--") && !all[index - 1]?.startsWith("--"));
    const isEnough = await huntDefects({ names, towns: option("towns", 40), seed: option("seed", 1), years: YEARS_EACH });
    process.exitCode = isEnough ? 0 : 1;
    return;
  }
  const [years, first] = [option("years", 10_000), option("seed", 1)];
  const begun = process.hrtime.bigint();
  const all = new Map<string, number>();
  let [lived, deeds, broken] = [0, 0, 0];
  for (let seed = first; lived < years; seed++) {
    const length = Math.min(YEARS_EACH, years - lived);
    try {
      const life = await live(seed, length);
      deeds += life.deeds;
      for (const [what, count] of Object.entries(life.seen)) all.set(what, (all.get(what) ?? 0) + count);
    } catch (error) {
      broken += 1;
      console.error(String(error));
      if (broken >= 5) break;
    }
    lived += length;
    if (seed % 50 === 0) console.error(`${lived} years, to seed ${seed}`);
  }
  const seconds = Number(process.hrtime.bigint() - begun) / 1e9;
  for (const [what, count] of [...all].sort(([, one], [, other]) => other - one)) console.log(`${String(count).padStart(9)} ${what}`);
  console.log(
    `${lived} years, ${deeds} deeds, ${Math.round(seconds)} s, ${(lived / seconds).toFixed(1)} years a second; broken: ${broken}`,
  );
  process.exitCode = broken > 0 ? 1 : 0;
}

void main();
