import { INVITATION_DAYS, isOwnSponsor, LONGEST_INVITATION_DAYS } from "../../../engine/approvals/invitation";
import { isOwnRequest } from "../../../engine/approvals/own-request";
import { mailTexts } from "../../../engine/messages/mail";
import { normaliseEmail } from "../../../engine/sign-up/email";
import type { Visit } from "../../app/visit";
import { described, FieldNotes, type FieldProblem, PostForm, problemOf, SentField, SubmitButton, tooLong } from "../../parts/forms";
import { gateName, hasGates } from "../../parts/gates";
import { frameTexts } from "../../texts/frame-texts";
import { deciderOf } from "../approvals/approvals-parts";
import { MAX_AT_ONCE } from "../approvals/decide";
import { invitationsTexts as t } from "./invitations-texts";

// The form that invites people, and what it sends.

export const INVITE_PATH = "/people/invite";

interface InviteFormProps {
  readonly visit: Visit;
  readonly problems: readonly FieldProblem[];
}

export function InviteForm({ visit, problems }: InviteFormProps) {
  const field = (id: "days" | "sponsor" | "note", hint?: string) => (
    <p>
      <SentField visit={visit} problems={problems} id={id} label={t[id]} hint={hint} usual={id === "days" ? String(INVITATION_DAYS) : ""} />
    </p>
  );
  const hint = t.addressesHint(MAX_AT_ONCE);
  const problem = problemOf(problems, "addresses");
  return (
    <PostForm visit={visit} class="card narrow" action={INVITE_PATH}>
      <p>
        <label for="addresses">{t.addresses}</label>
        <textarea id="addresses" name="addresses" rows={4} required {...described("addresses", hint, problem)}>
          {visit.field("addresses")}
        </textarea>
        <FieldNotes id="addresses" hint={hint} problem={problem} />
      </p>
      <GateField visit={visit} />
      {field("days")}
      {field("sponsor", t.sponsorHint)}
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
      {field("note", t.noteHint)}
      <SubmitButton text={t.send} />
    </PostForm>
  );
}

const mailLanguages = Object.keys(mailTexts["invitation.text"]);

/** Nothing where there is one gate. */
function GateField({ visit }: Pick<InviteFormProps, "visit">) {
  if (!hasGates(visit)) return null;
  return (
    <p>
      <label for="gate">{frameTexts.gate}</label>
      <select id="gate" name="gate">
        {visit.world.gates.map((gate) => (
          <option value={gate} selected={gate === visit.field("gate")}>
            {gateName(gate)}
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
  const self = emails.find((email) => isOwnRequest({ email, identities: [] }, deciderOf(visit)));
  const note = visit.field("note").trim();
  const long = tooLong(visit, note);
  const language = mailLanguages.find((tag) => tag === visit.field("language"));
  const problems: readonly FieldProblem[] = [
    ...(typed.length === 0 ? [{ field: "addresses", text: t.nobody }] : []),
    ...(typed.length > MAX_AT_ONCE ? [{ field: "addresses", text: t.tooMany(MAX_AT_ONCE) }] : []),
    ...(odd === undefined ? [] : [{ field: "addresses", text: t.noAddress(odd.slice(0, 80)) }]),
    ...(days === undefined ? [{ field: "days", text: t.badDays(LONGEST_INVITATION_DAYS) }] : []),
    ...(named !== "" && sponsor === undefined ? [{ field: "sponsor", text: t.badSponsor }] : []),
    ...(self === undefined ? [] : [{ field: "addresses", text: t.ownAddress(self) }]),
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
