import type { AwsClient } from "../../adapters/aws/client";
import type { World } from "../../adapters/world";
import type { Chance } from "./chance";
import type { TownDirectory } from "./directory";

/** The process was ended from outside, between two things that it did. */
class KilledError extends Error {
  override readonly name = "KilledError";
}

/** The world as one run of a function has it. */
export interface Mortal {
  readonly world: World;
  /** Whether it was ended: what its handler says then is heard by nobody. */
  readonly isDead: () => boolean;
}

/** So many things a run does at most before it is ended. */
const LONGEST_LIFE = 40;

/** A world in which a run lasts for so many calls, each of which may be its last, before or after it is done. @param lasts undefined: to its own end */
export function mortalWorld(world: World, directory: TownDirectory, lasts: number | undefined): Mortal {
  let left = lasts ?? Number.POSITIVE_INFINITY;
  const step = () => {
    left -= 1;
    if (left < 0) throw new KilledError("killed");
  };
  const mortal = (client: AwsClient): AwsClient => ({
    warm: () => undefined,
    async call<T>(operation: string, input: object, signal?: AbortSignal): Promise<T> {
      step();
      const answer = await client.call<T>(operation, input, signal);
      step();
      return answer;
    },
  });
  return {
    world: {
      ...world,
      tables: mortal(world.tables),
      bus: mortal(world.bus),
      secrets: mortal(world.secrets),
      directory: () => directory.client(step),
      async mail(mail, from) {
        step();
        await world.mail(mail, from);
      },
    },
    isDead: () => left < 0,
  };
}

/** When a run is ended: some are, somewhere. */
export function lifetime(chance: Chance, deaths: number): number | undefined {
  return chance.is(deaths) ? chance.below(LONGEST_LIFE) : undefined;
}
