import type { Visit } from "../../app/visit";
import { queueTexts } from "./group-texts";

/** Within a form that decides, once a script makes its keys work. */
export function KeysButton({ visit }: { readonly visit: Visit }) {
  return (
    <button type="button" class="ghost" data-help hidden>
      {visit.say(queueTexts).keys}
    </button>
  );
}
