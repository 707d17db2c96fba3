import { setImmediate as nextTurn } from "node:timers/promises";
import type { AwsClient } from "../../adapters/aws/client";
import type { World } from "../../adapters/world";
import type { Chance } from "./chance";
import type { TownDirectory } from "./directory";
import type { Faults, TownService } from "./faults";

/** The process was ended from outside, between two things that it did. */
class KilledError extends Error {
  override readonly name = "KilledError";
}

/** The world as one run of a function has it. */
export interface Mortal {
  readonly world: World;
  /** Whether it was ended: what its handler says then is heard by nobody. */
  readonly isDead: () => boolean;
  /** Whether something outside failed: the handler may fail then. */
  readonly isExcused: () => boolean;
  /** Keys of tables that were left over and not asked for again, each after its table's name. */
  readonly unread: ReadonlySet<string>;
  /** The handler has answered: AWS stops its process. What it still does is lost, and reported, unless something had failed. */
  end(): void;
}

/** So many things a run does at most before it is ended: most functions do few. */
const LONGEST_LIVES = [10, 40];

export interface Fate {
  readonly faults: Faults;
  /** For how many calls the run lasts; undefined: to its own end. */
  readonly lasts: number | undefined;
  /** Whether it ends once it has changed an account in Entra. */
  readonly isFragile: boolean;
  /** Called where the run goes on after its answer. */
  readonly onAfterlife: () => void;
}

/** A world that fails as AWS does, and in which a run lasts for so many calls, each of which may be its last, before or after it is done. */
export function mortalWorld(world: World, directory: TownDirectory, { faults, lasts, isFragile, onAfterlife }: Fate): Mortal {
  let left = lasts ?? Number.POSITIVE_INFINITY;
  let [hasFailed, isOver] = [false, false];
  const step = () => {
    left -= 1;
    if (isOver && !hasFailed && left >= 0) onAfterlife();
    if (isOver || left < 0) throw new KilledError("killed");
  };
  const onFault = () => {
    hasFailed = true;
  };
  const between = async <T>(work: () => Promise<T>): Promise<T> => {
    step();
    const answer = await work();
    step();
    return answer;
  };
  const unread = new Set<string>();
  const mortal = (service: TownService, client: AwsClient): AwsClient => {
    const faulty = faults.client(service, client, onFault, unread);
    return {
      warm: () => undefined,
      async call<T>(operation: string, input: object, signal?: AbortSignal): Promise<T> {
        // What is awaited takes longer than what nobody waits for may take.
        if (operation === "PutItem") for (let count = 0; count < 2; count++) await nextTurn();
        return await between(() => faulty.call<T>(operation, input, signal));
      },
    };
  };
  const bus = faults.bus(world.bus, onFault);
  return {
    world: {
      ...world,
      tables: mortal("tables", world.tables),
      bus: { listRules: (input) => between(() => bus.listRules(input)), putEvents: (input) => between(() => bus.putEvents(input)) },
      secrets: mortal("secrets", world.secrets),
      archive: (bucket) => ({
        add: (name, text) => between(() => faults.around("archive", () => world.archive(bucket).add(name, text), onFault)),
      }),
      directory: () => {
        const client = directory.client(step);
        return {
          ...client,
          async patch(path, body) {
            await client.patch(path, body);
            if (isFragile) left = 0;
            step();
          },
        };
      },
      mail: (mail, from) => between(() => faults.around("mail", () => world.mail(mail, from), onFault)),
    },
    isDead: () => left < 0,
    isExcused: () => left < 0 || hasFailed,
    unread,
    end() {
      isOver = true;
    },
  };
}

/** The world of a process that lasts from one run to the next, each of which has a world of its own. */
export function lastingWorld(world: World, current: () => World): World {
  const service = (name: "tables" | "secrets"): AwsClient => ({
    warm: () => undefined,
    call: async <T>(operation: string, input: object, signal?: AbortSignal) => await current()[name].call<T>(operation, input, signal),
  });
  return {
    ...world,
    tables: service("tables"),
    bus: { listRules: (input) => current().bus.listRules(input), putEvents: (input) => current().bus.putEvents(input) },
    secrets: service("secrets"),
    mail: async (mail, from) => await current().mail(mail, from),
  };
}

/** When a run is ended: some are, somewhere. */
export function lifetime(chance: Chance, deaths: number): number | undefined {
  return chance.is(deaths) ? chance.below(chance.oneOf(LONGEST_LIVES) ?? 0) : undefined;
}
