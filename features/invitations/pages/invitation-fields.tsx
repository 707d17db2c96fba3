import type { Visit } from "../../../console/app/visit";
import { Select } from "../../../console/parts/forms";
import { gateName } from "../../../console/parts/gates";
import { frameTexts } from "../../../console/texts/frame-texts";
import { mailTexts } from "../mail-texts";

const mailLanguages = Object.keys(mailTexts["invitation.text"]);

/** The language of the mail to the invited person. */
export function MailLanguageField({ visit, label }: { readonly visit: Visit; readonly label: string }) {
  const names = new Intl.DisplayNames([visit.language], { type: "language" });
  return (
    <p>
      <label for="language">{label}</label>
      <Select id="language" name="language" options={mailLanguages.map((tag) => [tag, names.of(tag)])} chosen={visit.field("language")} />
    </p>
  );
}

/** Undefined if no language of mails was sent. */
export function readMailLanguage(visit: Visit): string | undefined {
  return mailLanguages.find((tag) => tag === visit.field("language"));
}

/** The gate at which the invited person signs up. Nothing if there is no choice. */
export function InvitedGateField({ visit, gates }: { readonly visit: Visit; readonly gates: readonly string[] }) {
  if (gates.length <= 1) return null;
  return (
    <p>
      <label for="gate">{frameTexts.gate}</label>
      <Select id="gate" name="gate" options={gates.map((gate) => [gate, gateName(gate)])} chosen={visit.field("gate")} />
    </p>
  );
}
