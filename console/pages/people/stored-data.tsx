import type { Visit } from "../../app/visit";
import { visible } from "../../parts/value";
import type { KnownPerson, PersonAsked } from "./known-person";
import { peopleTexts } from "./people-texts";
import { erasePath, exportPath } from "./person-links";

/** As many decisions are looked at to know somebody: of these there may be more. */
const MOST_COUNTED = 100;

interface StoredProps {
  readonly visit: Visit;
  readonly asked: PersonAsked;
  readonly known: KnownPerson;
  /** How many rows of profiles. */
  readonly profiles: number;
}

/** What hands out or deletes all that is stored about somebody: pages, and the commands that do the same. */
export function StoredData({ visit, asked, known: { recent, requests, moreRequests }, profiles }: StoredProps) {
  const t = visit.say(peopleTexts);
  const count = recent.length + requests.length + profiles;
  const who = asked.email ?? asked.account;
  if (!visit.may("Administrator")) return null;
  const word = shellWord(who);
  const place = visit.world.simulatorUrl === undefined ? "" : " --local";
  const command = (verb: string) => `npx --no-install entra-gatehouse person ${verb}${place} ${word ?? PERSON}`;
  return (
    <section>
      <h2>{t.personalData}</h2>
      <p>{t.stored(`${count.toLocaleString(visit.language)}${recent.length < MOST_COUNTED && !moreRequests ? "" : "+"}`)}</p>
      <p class="actions">
        <a class="button quiet" href={exportPath(asked)}>
          {t.exportLink}
        </a>
        <a class="button quiet danger" href={erasePath(asked)}>
          {t.eraseLink}
        </a>
      </p>
      <details>
        <summary>{t.commands}</summary>
        <p class="hint">{t.personalDataHint}</p>
        {word !== undefined ? null : <p>{t.typeInstead(PERSON, visible(who))}</p>}
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
      </details>
    </section>
  );
}

/** Replaces a person's key that no command may name. */
const PERSON = "PERSON";

/**
 * One word of a shell's line; undefined where a shell, be it Windows' own, may take a part of it for a command. A person who asks to
 * sign up chooses the address.
 */
function shellWord(text: string): string | undefined {
  if (!/^[\w.+@:/'$=~!?*\p{L}\p{N}-]+$/u.test(text)) return undefined;
  const word = /^[\w.+@:/-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
  return text.startsWith("-") ? `-- ${word}` : word;
}
