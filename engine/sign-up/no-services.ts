import type { HashOf } from "./person";
import type { Services } from "./rule";
import { holdRejection } from "./rule-services";

/** For rules that are known to look under no hash. */
export const noHash: HashOf = () => {
  throw new Error("Nothing is hashed here.");
};

/**
 * Services for rules that are known to use none.
 * @param who names them, should one ask all the same
 * @param onAsked called then
 */
export function noServices(who: string, onAsked: () => void = () => undefined): Services {
  const none = (): never => {
    onAsked();
    throw new Error(`${who} reach nothing outside.`);
  };
  const rejectCall = () => holdRejection((async () => none())());
  return {
    call: rejectCall,
    secret: rejectCall,
    read: rejectCall,
    write: rejectCall,
    clock: { now: none, startTimer: none },
    random: { fraction: none, uuid: none },
  };
}
