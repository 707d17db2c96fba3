import { randomUUID } from "node:crypto";
import { text } from "node:stream/consumers";
import { findFlowlessUrls, findSenderProblem } from "../../../adapters/aws/approval-settings";
import type { AwsClient } from "../../../adapters/aws/client";
import { secretVersion } from "../../../adapters/aws/secrets";
import { secretName, secretState, stackFor, type TypedSecret, typedSecrets } from "../../../cli/aws/stack";
import { type CommandContext, type DeploymentOptions, type JsonOption, placeFlags } from "../../../cli/command";
import { askedSecretly } from "../../../cli/confirmed";
import { deploymentFor } from "../../../cli/deployment";
import { CommandError } from "../../../cli/failure";
import { alignedTable, formatCount } from "../../../cli/output";
import { parseJsonObject } from "../../../engine/json";
import { didYouMean } from "../../../engine/problem-texts";

type SecretsOptions = DeploymentOptions & JsonOption;
type Members = Readonly<Record<string, unknown>>;

export type AskSecretly = (question: string) => Promise<string>;

export async function listSecrets(options: SecretsOptions, { output }: CommandContext): Promise<void> {
  const { client, secrets } = await readSecretList(options);
  const all = await Promise.all(secrets.map(async (secret) => ({ ...secret, ...(await readState(secret, client, options)) })));
  if (options.json) {
    for (const { name, use, isFilledIn: filledIn, isOptional, changed, shape } of all) {
      const members = shape && Object.keys(shape);
      output.json({ name, use, filledIn, optional: isOptional ? true : undefined, changed, members });
    }
    return;
  }
  const lines = alignedTable()(
    all.map(({ name, use, isFilledIn, isOptional, changed }) => [
      isFilledIn ? "ok" : isOptional ? "-" : "!!",
      name,
      isFilledIn ? (changed?.toISOString() ?? "") : isOptional ? "not needed" : "not filled in",
      use.replace("Gatehouse: ", ""),
    ]),
  );
  for (const line of lines) output.print(line);
  const missing = all.filter(({ isFilledIn, isOptional }) => !isFilledIn && !isOptional);
  if (all.length === 0) output.print("No secret is to be filled in.");
  else if (missing.length > 0) {
    output.print(
      `${formatCount(missing.length, "secret")} to fill in: npm run gate -- secrets set ${missing[0]?.name}${placeFlags(options)}`,
    );
  }
}

/** The secrets of `npm start` count as filled in, because they have values for the stand-ins. */
async function readState({ arn }: TypedSecret, client: AwsClient, { local }: SecretsOptions) {
  const state = await secretState(client, arn);
  return local ? { ...state, isFilledIn: true } : state;
}

/** @param ask asks for values at a terminal; undefined reads standard input */
export async function setSecret(
  word: string,
  options: SecretsOptions,
  { output }: CommandContext,
  ask: AskSecretly | undefined = process.stdin.isTTY ? askedSecretly : undefined,
): Promise<void> {
  const { client, secrets } = await readSecretList(options);
  const foundSecret = findSecret(word, secrets);
  const secret = options.local ? await withMembers(foundSecret, client) : foundSecret;
  const value = ask === undefined ? await valueIn(secret, client, await text(process.stdin)) : await askValue(secret, client, ask);
  const members =
    secret.shape !== undefined && "mailFrom" in secret.shape && "redirectUrl" in secret.shape ? (parseJsonObject(value) ?? {}) : {};
  // A wrong address has always been taken, and doctor tells of it.
  const problem = typeof members.mailFrom === "string" && members.mailFrom.includes("<") ? findSenderProblem(members.mailFrom) : undefined;
  if (problem !== undefined)
    throw new CommandError(`mailFrom ${problem}, so ${secret.name} stays as it is: write Contoso <sign-up@contoso.com>.`);
  await client.call("PutSecretValue", { SecretId: secret.arn, SecretString: value, ClientRequestToken: randomUUID() });
  for (const url of findFlowlessUrls(members))
    output.warn(`${url} is Microsoft's: no user flow runs there, so people whom a mail leads there cannot sign up. ${FLOW_HINT}`);
  if (options.json) output.json({ name: secret.name, changed: true });
  else
    output.print(
      `${secret.name} has the new value; functions read it within a minute. A token that they got with the old value serves until it ends, for Graph within the hour.`,
    );
}

/**
 * Gives the secret's shape the members of its current value, which `npm start` has filled in for a stand-in. Never shows the members'
 * values.
 */
async function withMembers(secret: TypedSecret, client: AwsClient): Promise<TypedSecret> {
  const members = Object.keys(await membersNow(secret, client)).map((member) => [member, ""] as const);
  return members.length === 0 ? secret : { ...secret, shape: Object.fromEntries(members) };
}

/** The members that a secret may have besides those of its shape. */
const MORE_MEMBERS: readonly string[] = ["redirectUrls"];
const FLOW_HINT = "Write the address of the application whose user flow calls this gate.";

function findSecret(word: string, secrets: readonly TypedSecret[]): TypedSecret {
  const foundSecret = secrets.find(({ name, arn }) => name === word || name === secretName(word) || arn === word);
  if (foundSecret !== undefined) return foundSecret;
  if (secretName(word).endsWith("credentials"))
    throw new CommandError("AWS makes the connectors' passwords: entra credentials rotate changes one.");
  const names = secrets.map(({ name }) => name).join(", ");
  throw new CommandError(`There is no secret ${word} to fill in: ${names === "" ? "this stack has none" : `write one of ${names}`}.`);
}

/** If a secret has only one member, standard input may have this member's value instead of a JSON object. */
async function valueIn(secret: TypedSecret, client: AwsClient, input: string): Promise<string> {
  const { name, shape } = secret;
  const value = input.replace(/\r?\n$/, "");
  if (value.trim() === "") throw new CommandError(`Standard input is empty, so ${name} stays as it is.`);
  if (shape === undefined) return value;
  const members = parseJsonObject(value);
  if (members !== undefined) {
    for (const member of Object.keys(members)) {
      const suggestion = Object.hasOwn(shape, member) || MORE_MEMBERS.includes(member) ? "" : didYouMean(member, Object.keys(shape));
      if (suggestion !== "") throw new CommandError(`${name} holds no ${member}, so it stays as it is.${suggestion}`);
    }
    const lostMembers = Object.keys(await membersNow(secret, client)).filter(
      (member) => !Object.hasOwn(members, member) && !mayGo(member, shape),
    );
    if (lostMembers.length === 0) return value;
    throw new CommandError(
      `${name} holds ${lostMembers.join(", ")} too, so it stays as it is: write the whole object, or set members at a terminal.`,
    );
  }
  const [member = "", ...others] = Object.keys(shape);
  if (others.length === 0 && !value.trimStart().startsWith("{")) return JSON.stringify({ [member]: value });
  throw new CommandError(`${name} holds a JSON object with ${Object.keys(shape).join(", ")}: standard input has none.`);
}

/** True for a credential that the secret's shape does not need, because a role signs in instead. */
function mayGo(member: string, shape: Members): boolean {
  return ["clientSecret", "certificate", "privateKey"].includes(member) && "clientId" in shape && !("clientSecret" in shape);
}

async function askValue(secret: TypedSecret, client: AwsClient, ask: AskSecretly): Promise<string> {
  const { name, shape } = secret;
  const before = shape === undefined ? undefined : await membersNow(secret, client);
  const values: Record<string, string> = {};
  for (const [member, example] of Object.entries(shape ?? { [name]: "" })) {
    const hint = example === "" ? "" : ` (such as ${example}${before?.[member] === undefined ? "" : "; Enter keeps what is there"})`;
    const typedText = (await ask(`${member}${hint}: `)).trim();
    if (typedText !== "") values[member] = typedText;
  }
  if (Object.keys(values).length === 0) throw new CommandError(`Nothing was typed, so ${name} stays as it is.`);
  return shape === undefined ? (values[name] as string) : JSON.stringify({ ...before, ...values });
}

/** The initial value that AWS makes is not an object, so it has no members. */
async function membersNow({ arn }: TypedSecret, client: AwsClient): Promise<Members> {
  return parseJsonObject((await secretVersion(client, arn, "AWSCURRENT"))?.SecretString ?? "") ?? {};
}

async function readSecretList(options: SecretsOptions): Promise<{ readonly client: AwsClient; readonly secrets: readonly TypedSecret[] }> {
  if (options.local) {
    const { secretsManager: client, policySecrets = {}, mailSecret } = await deploymentFor(options);
    const secrets = Object.entries(policySecrets).map(([name, arn]) => ({ name, arn, use: "the policy's rules" }));
    const mail = mailSecret === undefined ? [] : [{ name: secretName("ApprovalMailSecret"), arn: mailSecret, use: "mail about approvals" }];
    return { client, secrets: [...secrets, ...mail] };
  }
  const stack = await stackFor(options);
  if (stack === undefined) throw new CommandError(`There is no stack ${options.stack}: deploy it, or see --stack, --region and --profile.`);
  return { client: stack.account.secretsManager, secrets: await typedSecrets(stack) };
}
