import * as v from "valibot";
import { anyText, oneOfMore, wholeNumber } from "../../../engine/fields";

/** What `invite codes list LIST --json` prints, a line a code: its row, with whatever columns it has. */
const codeJson = v.looseObject({
  list: anyText("The list that it is in."),
  value: anyText("The code."),
  state: oneOfMore(["unused", "used", "expired"], "Whether it lets in somebody."),
  used: wholeNumber("How many people have used it."),
});

export const codeCommandJson = { "invite codes list": codeJson } as const;
