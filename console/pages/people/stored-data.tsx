import type { Visit } from "../../app/visit";
import { peopleTexts } from "./people-texts";

/** What hands out or deletes all that is stored about somebody: commands, as both read whole tables. */
export function StoredData({ visit, who }: { readonly visit: Visit; readonly who: string }) {
  const t = visit.say(peopleTexts);
  if (!visit.may("Administrator")) return null;
  const place = visit.world.simulatorUrl === undefined ? "" : " --local";
  const command = (verb: string) => `npx entra-gatehouse person ${verb}${place} ${shellWord(who)}`;
  return (
    <section class="card">
      <h2>{t.personalData}</h2>
      <p class="hint">{t.personalDataHint}</p>
      <dl>
        <dt>{t.exportLabel}</dt>
        <dd>
          <code>{command("export")}</code>
        </dd>
        <dt>{t.eraseLabel}</dt>
        <dd>
          <code>{command("erase")}</code>
        </dd>
      </dl>
      <p class="hint">{t.eraseHint}</p>
      <p class="hint">{t.stackHint}</p>
    </section>
  );
}

/** One word of a shell's line, whatever is in it: addresses may hold most signs, and begin with a dash. */
function shellWord(text: string): string {
  const plain = /^[\w.+@:/-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
  return text.startsWith("-") ? `-- ${plain}` : plain;
}
