import type { HashOf } from "./person";
import type { Services } from "./rule";

/** For rules that are known to look under no hash. */
export const noHash: HashOf = () => {
  throw new Error("Nothing is hashed here.");
};

/** Services for rules that are known to use none. @param who names them, should one ask all the same */
export function noServices(who: string): Services {
  const none = (): never => {
    throw new Error(`${who} reach nothing outside.`);
  };
  return {
    call: async () => none(),
    secret: async () => none(),
    read: async () => none(),
    write: async () => none(),
    clock: { now: none, startTimer: none },
    random: { fraction: none, uuid: none },
  };
}
