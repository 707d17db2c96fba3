import type { Visit } from "../../app/visit";
import { queueTexts } from "./queue-texts";

/** Within a form that decides, once a script makes its keys work. */
export function KeysButton({ visit }: { readonly visit: Visit }) {
  return (
    <button type="button" class="quiet" data-help hidden>
      {visit.say(queueTexts).keys}
    </button>
  );
}

/** What the keys do. Beside the form: one within it could not be closed. */
export function KeysDialog({ visit }: { readonly visit: Visit }) {
  const t = visit.say(queueTexts);
  return (
    <dialog id="keys" aria-labelledby="keys-title">
      <h2 id="keys-title">{t.keys}</h2>
      <dl>
        {Object.entries(t.keyHints).map(([keys, means]) => (
          <>
            <dt>
              {keys.split(" ").map((key) => (
                <>
                  <kbd>{key}</kbd>{" "}
                </>
              ))}
            </dt>
            <dd>{means}</dd>
          </>
        ))}
      </dl>
      <p>
        <label>
          <input type="checkbox" data-keys-on /> {t.keysOn}
        </label>
      </p>
      <form method="dialog">
        <button type="submit" class="quiet">
          {t.close}
        </button>
      </form>
    </dialog>
  );
}
