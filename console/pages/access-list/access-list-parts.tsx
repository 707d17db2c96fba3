import type { Child } from "hono/jsx";
import { type DescribedEntry, lastDay } from "../../../engine/access-list/describe-entry";
import type { Visit } from "../../app/visit";
import { ExpiryInput } from "../../editor/expiry-input";
import { NoteInput } from "../../editor/note-input";
import { ShownValue, visible } from "../../parts/value";
import { frameTexts } from "../../texts/frame-texts";
import { accessListTexts } from "./access-list-texts";

export function entryPath(key: string): string {
  return `/access-list/entry?key=${encodeURIComponent(key)}`;
}

export function EffectTag({ visit, row }: { readonly visit: Visit; readonly row: DescribedEntry }) {
  const t = visit.say(accessListTexts);
  return (
    <>
      <span class={`tag ${row.effect === "allow" ? "good" : "bad"}`}>{t[row.effect]}</span>
      {row.state === "live" ? null : (
        <>
          {" "}
          <span class="tag warn">{t.states[row.state]}</span>
        </>
      )}
    </>
  );
}

/** A row as it counts now. */
export function EntryRow({ visit, row }: { readonly visit: Visit; readonly row: DescribedEntry }) {
  const t = visit.say(accessListTexts);
  const { characters } = visit.say(frameTexts);
  const shown = (text: string | undefined) => (text === undefined ? undefined : <ShownValue text={text} characters={characters} />);
  const facts: readonly (readonly [string, Child])[] = [
    [t.entry, shown(row.entry)],
    [t.effect, <EffectTag visit={visit} row={row} />],
    [t.issuer, shown(row.issuer)],
    [t.expiresAt, row.expiresAt && lastDay(row.expiresAt)],
    [t.note, shown(row.note)],
    [t.typed, shown(row.typed)],
    [t.problem, shown(row.problem)],
  ];
  return (
    <dl class="card">
      {facts.map(([name, value]) =>
        value === undefined ? null : (
          <>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </>
        ),
      )}
    </dl>
  );
}

/** What a form holds, as typed. */
export interface Typed {
  readonly effect: string;
  readonly issuer: string;
  readonly expiresAt: string;
  readonly note: string;
}

export function EntryFields({ visit, typed, name }: { readonly visit: Visit; readonly typed: Typed; readonly name: string }) {
  const t = visit.say(accessListTexts);
  return (
    <>
      <div class="fields">
        <div>
          <label for={`${name}-effect`}>{t.effect}</label>
          <select id={`${name}-effect`} name="effect">
            {(["allow", "deny"] as const).map((each) => (
              <option value={each} selected={typed.effect === each}>
                {t[each]}
              </option>
            ))}
          </select>
        </div>
        <div>
          <label for={`${name}-issuer`}>{t.issuer}</label>
          <input id={`${name}-issuer`} name="issuer" value={typed.issuer} aria-describedby={`${name}-issuer-hint`} autocomplete="off" />
          <small id={`${name}-issuer-hint`}>{t.issuerHint}</small>
        </div>
        <ExpiryInput name={name} value={typed.expiresAt} texts={t} />
      </div>
      <p>
        <label for={`${name}-note`}>{t.note}</label>
        <NoteInput id={`${name}-note`} text={typed.note} />
      </p>
    </>
  );
}

export function BackToList({ visit }: { readonly visit: Visit }) {
  return (
    <p>
      <a href="/access-list">{visit.say(accessListTexts).back}</a>
    </p>
  );
}

/** What somebody wanted to write, for a page that says why it was not. */
export function Wanted({ typed }: { readonly typed: Readonly<Record<string, string>> }) {
  return (
    <dl class="card">
      {Object.entries(typed).map(([name, value]) =>
        value === "" ? null : (
          <>
            <dt>{name}</dt>
            <dd>
              <bdi class="value">{visible(value)}</bdi>
            </dd>
          </>
        ),
      )}
    </dl>
  );
}
