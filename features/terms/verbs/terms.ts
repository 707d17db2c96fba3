import { editedRows } from "../../../adapters/tables/edited-rows";
import { toRow } from "../../../adapters/tables/item";
import { tables } from "../../../adapters/tables/tables";
import type { CommandContext, DeploymentOptions, JsonOption } from "../../../cli/command";
import { type Deployment, deploymentFor } from "../../../cli/deployment";
import { exitCodes } from "../../../cli/exit-codes";
import { policyFolderFor, policyFolders } from "../../../cli/policy-folders";
import { noEmail } from "../../../cli/typed";
import { unwrapRule } from "../../../engine/sign-up/policy";
import { loadPolicyFolder } from "../../../lib/policy-folder/policy-folder";
import { readNamedPerson } from "../../access-list/entry";
import { isOwnersProof, type TermsProof, termsTextKey } from "../proof";
import { termsIn } from "../rule";
import { hashesByLanguage } from "../stack/policy";
import { acceptedBy } from "../store";

type Options = DeploymentOptions & JsonOption;

export async function printProofs(text: string, options: Options, { output }: CommandContext): Promise<void> {
  const namedPerson = readNamedPerson(text);
  if (namedPerson === undefined) throw noEmail(text);
  const deployment = await deploymentFor(options);
  const proofs = await acceptedBy(namedPerson, await deployment.hashes(), ledgerAt(deployment));
  for (const proof of proofs) {
    if (options.json) output.json(proof);
    else output.print(proofLine(proof));
  }
  if (proofs.length === 0) output.warn(`No proof that ${text} accepted any terms.`);
}

function proofLine(proof: TermsProof): string {
  const { attribute, version, language, sha256, at, reference, gate } = proof;
  const where = gate === undefined ? "" : ` at the gate ${gate}`;
  const unproven = isOwnersProof(proof) ? "" : ", address not proven";
  return `${at.slice(0, 16).replace("T", " ")} UTC  ${attribute} ${version} (${language})${where}  SHA-256 ${sha256}  decision ${reference}${unproven}`;
}

/** A text of the policy, and the text accepted under the same attribute, version and language. */
interface ComparedText {
  readonly attribute: string;
  readonly version: string;
  readonly language: string;
  readonly file: string;
  readonly sha256: string;
  /** Absent while nobody has accepted a text. */
  readonly accepted?: string;
}

export async function checkTexts(options: Options, session: CommandContext): Promise<void> {
  const { output } = session;
  const deployment = await deploymentFor(options);
  const ledger = ledgerAt(deployment);
  const texts = listTexts(deployment);
  for (const text of texts) {
    const item = await ledger.get(termsTextKey(text).key);
    const acceptedHash = item === undefined ? undefined : String(toRow(item).sha256);
    const comparedText: ComparedText = { ...text, accepted: acceptedHash };
    const differs = acceptedHash !== undefined && acceptedHash !== text.sha256;
    if (differs) session.exitCode = exitCodes.findings;
    if (options.json) output.json(comparedText);
    else output.print(`${differs ? "DIFFERS" : "ok"}  ${comparedLine(comparedText, differs)}`);
  }
  if (texts.length === 0) output.warn("No rule of the policy is terms(…).");
}

function comparedLine({ attribute, version, language, file, accepted }: ComparedText, differs: boolean): string {
  const what = `${attribute} ${version} (${language}), ${file}`;
  if (accepted === undefined) return `${what}: nobody has accepted it yet.`;
  return differs
    ? `${what}: people accepted another text under this version (SHA-256 ${accepted}). Give the new text a new version.`
    : `${what}: the text that people accept.`;
}

/** Lists the texts of all gates, each once. */
function listTexts({ policy: running }: Deployment): readonly Omit<ComparedText, "accepted">[] {
  const folders = new Set([...policyFolders().keys()].map((gate) => policyFolderFor({ gate }, running)));
  const all = [...folders].flatMap((folder) =>
    loadPolicyFolder(folder).flatMap(({ file, policy }) =>
      termsIn(policy.rules.map(unwrapRule)).flatMap((terms) =>
        Object.entries(hashesByLanguage(terms, file)).map(([language, sha256]) => ({
          attribute: terms.attribute,
          version: terms.version,
          language,
          file: terms.files[language] as string,
          sha256,
        })),
      ),
    ),
  );
  return [...new Map(all.map((text) => [JSON.stringify(termsTextKey(text)), text])).values()];
}

function ledgerAt({ dynamodb, tableOf }: Deployment) {
  return editedRows(dynamodb, tableOf("ledger"), tables.ledger.key);
}
