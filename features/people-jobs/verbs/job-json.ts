import * as v from "valibot";
import { anyText } from "../../../engine/fields";
import { peopleJobRow } from "../job";

/** The form of an act on many people. */
export const peopleJobJson = v.object({
  ...v.omit(peopleJobRow, ["set", "part", "aliveUntil", "expires", "account", "userNames", "perPart"]).entries,
  id: anyText("The act's id."),
});
