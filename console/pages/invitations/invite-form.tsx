import { INVITATION_DAYS, isOwnSponsor, LONGEST_INVITATION_DAYS } from "../../../engine/approvals/invitation";
import { mailTexts } from "../../../engine/messages/mail";
import { normaliseEmail } from "../../../engine/sign-up/email";
import type { Visit } from "../../app/visit";
import { described, FieldNotes, type FieldProblem, problemOf, tooLong } from "../../parts/forms";
import { gateName, hasGates } from "../../parts/gates";
import { frameTexts } from "../../texts/frame-texts";
import { invitationsTexts } from "./invitations-texts";

// The form that invites people, and what it sends.

export const INVITATIONS_PATH = "/invitations";
/** Each takes some writes: the function has half a minute. */
export const MOST_AT_ONCE = 100;

export interface InviteFormProps {
  readonly visit: Visit;
  readonly problems: readonly FieldProblem[];
}

const inviteFields = ["addresses", "days", "sponsor", "note"];

/** Whether a problem is one of this form's. */
export function isInviteField(field: string): boolean {
  return inviteFields.includes(field);
}

export function InviteForm({ visit, problems, isOpen }: InviteFormProps & { readonly isOpen: boolean }) {
  const t = visit.say(invitationsTexts);
  const notes = (name: string, hint?: string) => <FieldNotes id={name} hint={hint} problem={problemOf(problems, name)} />;
  const about = (name: string, hint?: string) => ({ id: name, name, ...described(name, hint, problemOf(problems, name)) });
  const addressesHint = t.addressesHint(MOST_AT_ONCE);
  return (
    <details class="card" open={isOpen}>
      <summary>{t.invite}</summary>
      <form method="post" action={INVITATIONS_PATH}>
        {visit.formToken}
        <p>
          <label for="addresses">{t.addresses}</label>
          <textarea {...about("addresses", addressesHint)} rows={4} required>
            {visit.field("addresses")}
          </textarea>
          {notes("addresses", addressesHint)}
        </p>
        <GateField visit={visit} />
        <p>
          <label for="days">{t.days}</label>
          <input {...about("days")} inputmode="numeric" value={visit.field("days") || String(INVITATION_DAYS)} />
          {notes("days")}
        </p>
        <p>
          <label for="sponsor">{t.sponsor}</label>
          <input {...about("sponsor", t.sponsorHint)} type="text" value={visit.field("sponsor")} autocomplete="off" />
          {notes("sponsor", t.sponsorHint)}
        </p>
        <p>
          <label for="language">{t.language}</label>
          <select id="language" name="language">
            {mailLanguages.map((tag) => (
              <option value={tag} selected={tag === visit.field("language")}>
                {new Intl.DisplayNames([visit.language], { type: "language" }).of(tag)}
              </option>
            ))}
          </select>
        </p>
        <p>
          <label for="note">{t.note}</label>
          <input {...about("note", t.noteHint)} type="text" value={visit.field("note")} autocomplete="off" />
          {notes("note", t.noteHint)}
        </p>
        <button type="submit">{t.send}</button>
      </form>
    </details>
  );
}

const mailLanguages = Object.keys(mailTexts["invitation.text"]);

/** Nothing where there is one gate. */
export function GateField({ visit }: Pick<InviteFormProps, "visit">) {
  if (!hasGates(visit)) return null;
  return (
    <p>
      <label for="gate">{visit.say(frameTexts).gate}</label>
      <select id="gate" name="gate">
        {visit.world.gates.map((gate) => (
          <option value={gate} selected={gate === visit.field("gate")}>
            {gateName(visit, gate)}
          </option>
        ))}
      </select>
    </p>
  );
}

/** What the form sends, checked. */
interface Invite {
  /** Normalised, each once. */
  readonly emails: readonly string[];
  readonly days: number;
  readonly sponsor?: string;
  readonly language?: string;
  readonly note: string;
}

/** @returns what is wrong with it, if anything is */
export function readInvite(visit: Visit): Invite | readonly FieldProblem[] {
  const t = visit.say(invitationsTexts);
  const typed = visit
    .field("addresses")
    .split(/[\s,;]+/)
    .filter((each) => each !== "");
  const emails = [...new Set(typed.flatMap((each) => normaliseEmail(each) ?? []))];
  const odd = typed.find((each) => normaliseEmail(each) === undefined);
  const days = daysTyped(visit);
  const named = visit.field("sponsor").trim();
  const sponsor = normaliseEmail(named);
  const own = emails.find((email) => isOwnSponsor({ email, sponsor }));
  const note = visit.field("note").trim();
  const long = tooLong(visit, note);
  const language = mailLanguages.find((tag) => tag === visit.field("language"));
  const problems: readonly FieldProblem[] = [
    ...(typed.length === 0 ? [{ field: "addresses", text: t.nobody }] : []),
    ...(typed.length > MOST_AT_ONCE ? [{ field: "addresses", text: t.tooMany(MOST_AT_ONCE) }] : []),
    ...(odd === undefined ? [] : [{ field: "addresses", text: t.noAddress(odd.slice(0, 80)) }]),
    ...(days === undefined ? [{ field: "days", text: t.badDays(LONGEST_INVITATION_DAYS) }] : []),
    ...(named !== "" && sponsor === undefined ? [{ field: "sponsor", text: t.badSponsor }] : []),
    ...(own === undefined ? [] : [{ field: "sponsor", text: t.ownSponsor(own) }]),
    ...(long === undefined ? [] : [{ field: "note", text: long }]),
  ];
  if (problems.length > 0 || days === undefined) return problems;
  return { emails, days, note, ...(sponsor !== undefined && { sponsor }), ...(language !== undefined && { language }) };
}

export function daysTyped(visit: Visit): number | undefined {
  const days = /^\d{1,4}$/.test(visit.field("days").trim()) ? Number(visit.field("days")) : 0;
  return days >= 1 && days <= LONGEST_INVITATION_DAYS ? days : undefined;
}
