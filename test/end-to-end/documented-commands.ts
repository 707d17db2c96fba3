import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DEFAULT_GATE } from "../../engine/sign-up/gate";
import { ENTRA_APP_ID } from "../../features/external-tenant/extension-caller";
import * as policyTypes from "../../lib/policy-folder/policy-types";
import { gatehouse } from "../cli/support";
import { blocks, pages } from "../docs/pages";
import { shellWords } from "../docs/shell-words";
import { START_MS } from "../support/gate";
import type { StartedGate } from "./started-gate";

const COMMAND = "npm run gate -- ";
/** When the pages' examples take place. */
const WRITTEN = Date.parse("2026-11-21");

/** A line that somebody may copy into a terminal. */
interface Line {
  readonly page: string;
  readonly text: string;
}

const lines: readonly Line[] = blocks
  .filter(({ language }) => language === "" || language === "sh")
  .flatMap(({ page, code }) =>
    code
      .replaceAll("\\\n", " ")
      .split("\n")
      .map((text) => ({
        page,
        text: text
          .replace(/^\$ /, "")
          .replace("npm run --silent gate", "npm run gate")
          .replace(/\s+#.*$/, ""),
      })),
  );
const beginning = (words: string) => lines.filter(({ text }) => text.startsWith(words));

/** Runs every command of the pages. Most of them work on the gate without a name, which asks approvers. */
export function documentedCommands(gate: () => StartedGate): void {
  let folder: string;
  /** On the page of somebody who was refused, and of somebody who waits for approval. */
  let refused: string;
  let waiting: string;

  beforeAll(async () => {
    // What the compiler says is tried by test/features/cases and doctor.
    for (const check of ["checkPolicyTypes", "checkTypesOfPolicies"] as const) vi.spyOn(policyTypes, check).mockReturnValue(undefined);
    folder = mkdtempSync(join(tmpdir(), "gatehouse-docs-"));
    process.env.GATEHOUSE_PASSWORD = gate().instance.password;
    refused = await referenceFor("blocked@contoso.com");
    waiting = await referenceFor("mina@elsewhere.example");
    const list = "entry,effect,issuer,note,expiresAt\nexample.org,allow,,,\n";
    const files = {
      "partners.csv": list,
      "draft.csv": list,
      "people.csv": "person,city\nkim@contoso.com,Seoul\n",
      "invitees.csv": "email,language\npark@partner.com,ko\n",
      "partner-numbers.csv": "list,value\nextension_PartnerNumber,P-118003\n",
      "her-form.json": '{"displayName":"Kim"}',
      "person.json": personExample(),
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  }, START_MS);

  afterAll(() => {
    vi.restoreAllMocks();
    delete process.env.GATEHOUSE_PASSWORD;
    rmSync(folder, { recursive: true, force: true });
  });

  /** Asks again while a busy machine leaves no time to decide, as a person then does. */
  async function referenceFor(email: string): Promise<string> {
    const identities = [{ signInType: "federated", issuer: "google.com", issuerAssignedId: email }];
    for (;;) {
      const { body } = await gate().call("before-create-user", { email, identities, displayName: "Mina" });
      const [code] = /[A-Z0-9]{4}-[A-Z0-9]{4}/.exec(String(body.userMessage)) ?? [];
      if (code !== undefined && !/try again later/.test(String(body.userMessage))) return code;
    }
  }

  /** The person that the simulator's page shows. */
  function personExample(): string {
    return blocks.find(({ page, language }) => page === "docs/simulator.md" && language === "json")?.code ?? "";
  }

  /** What stands for something of the reader's becomes what there is here. */
  function readersOwn(word: string, isApproval: boolean): string {
    if (/^(K7QD-9MXD|k7qd9mxd|CODE)$/.test(word)) return isApproval ? waiting : refused;
    if (word === "drafts/strict") return "test/cli/policies/strict";
    // What is yet to come on a page comes one day.
    if (/^\d{4}-\d\d-\d\d(T\d\d:\d\d)?$/.test(word)) {
      return new Date(Date.parse(`${word}${word.includes("T") ? "Z" : ""}`) + Date.now() - WRITTEN).toISOString().slice(0, word.length);
    }
    const { url: extensionUrl, tokenUrl, tenantId, audience } = gate().instance.extension;
    const ofTenant = { "TENANT-ID": tenantId, "API-CLIENT-ID": audience, "CALLER-ID": ENTRA_APP_ID }[word];
    if (ofTenant !== undefined) return ofTenant;
    if (word.startsWith("https://TENANT-NAME.ciamlogin.com/")) return tokenUrl;
    const url = word
      .replace("https://api.example.com/submit", `${extensionUrl}/attribute-collection-submit`)
      .replace(/^https:\/\/gate\.example\.com/, gate().instance.apiUrl)
      .replace("https://api.example.com/sign-up", `${gate().instance.apiUrl}/{step}`);
    if (/^(?!s3:).*\.(backup|csv|json|jsonl)$/.test(word)) return join(folder, word);
    return url;
  }

  /**
   * These wait for what does not come, search for as long as they may, write beside settings.ts, name a gate, a region, a bucket, a table, a change, an incident, a
   * stage or a guest that is not here, a day that passes, or would set the gate for the commands after them: that the flag is known has to do.
   */
  function isEndless(args: readonly string[]): boolean {
    const line = args.join(" ");
    const isOfAws = /(^| )s3:\/\/| --from-table | --before-deploy /.test(line);
    const namesSet = /^(list (changes show|revert|import --resume)|(invite|expiry) undo) \d{8}-/.test(line);
    const isOfOthers =
      /^(init|deploy|secrets|entra (rotate|types)|smoke --gate|(doctor|smoke) --(region|stage)|backup standby|doctor --record|preview --find|gate (open|approval|listed|closed)|incident (act|show|undo) ID)\b/;
    const namesGuest = /^(expiry (show|extend|renew|end|adopt)|approvals (show \S+@|reassign|remind|delegate|undelegate))\b/;
    return args.includes("--follow") || isOfAws || namesSet || isOfOthers.test(line) || namesGuest.test(line);
  }
  const onItsOwn = new Set(["init", "start", "test", "completion", "--version", "--help"]);

  /** At a terminal these ask first. */
  function isAsked(words: readonly string[]): boolean {
    return (
      ["erase", "approve", "deny"].includes(words[1] ?? "") ||
      words.join(" ").startsWith("partners remove") ||
      words.includes("--replace") ||
      words.join(" ").startsWith("entra remove")
    );
  }

  function argumentsOf(text: string): readonly string[] {
    const [verb = "", ...rest] = shellWords(text.slice(COMMAND.length));
    const words = [verb, ...rest].map((word) => readersOwn(word, verb === "approvals")).filter((word) => word !== "--password-stdin");
    const isElsewhere = words.some((word) => word.startsWith("http"));
    const local = onItsOwn.has(verb) || isElsewhere || words.includes("--local") ? [] : ["--local"];
    const where = onItsOwn.has(verb) || isElsewhere ? [] : ["--data", gate().instance.data];
    // What smoke finds of the contract is tried by approval-recipes.ts; every gate by test/features/smoke.
    const brief = verb === "smoke" ? ["--gate", DEFAULT_GATE, ...(rest.includes("--no-conform") ? [] : ["--no-conform"])] : [];
    // Each kind of caller tries one step here: every step of every kind keeps the contract in external-tenant.ts.
    const step = words.includes("external-tenant") || isElsewhere ? "after-sign-in" : "before-create-user";
    const narrow = words[1] === "conform" && !rest.includes("--step") ? ["--step", step] : [];
    return [...words, ...local, ...where, ...brief, ...narrow, ...(isAsked(words) ? ["--yes"] : [])];
  }

  /** Many pages name the same command. */
  const ran = new Map<string, ReturnType<typeof gatehouse>>();
  function ranOnce(args: readonly string[]): ReturnType<typeof gatehouse> {
    const line = args.join(" ");
    const result = ran.get(line) ?? gatehouse(...args);
    ran.set(line, result);
    return result;
  }

  it.each(beginning(COMMAND))("runs as $page shows it: $text", async ({ text }) => {
    const args = argumentsOf(text);
    if (args[0] === "start") return;
    if (isEndless(args)) {
      const leaf = args.findIndex((arg) => !/^[a-z]+(-[a-z]+)*$/.test(arg));
      const verbs = args.slice(0, leaf === -1 ? undefined : Math.min(leaf, 2));
      const help = await gatehouse(...(verbs[0] === "backup" && verbs.length === 1 ? ["backup", "save"] : verbs), "--help");
      for (const flag of args.filter((arg) => arg.startsWith("--") && arg !== "--local" && arg !== "--data"))
        expect(help.stdout).toContain(flag);
      return;
    }
    const { exitCode, stdout, stderr } = await ranOnce(args);
    // 2: refused, or found something; 3: the sample's answers were judged. Misuse and failure are 1.
    // The suites of this gate make sign-ups fail, which doctor reports for 15 minutes with exit code 1.
    const isReported = args[0] === "doctor" && /\d+ things? to fix/.test(stdout);
    const isDone = [0, 2, 3].includes(exitCode) || isReported;
    expect({ args, stderr, isDone, ...(!isDone && { stdout }) }).toEqual({ args, stderr, isDone: true });
  });

  it.each(
    pages
      .find(({ name }) => name === "docs/cli.md")
      ?.text.match(/^- `(?!-)[^:]*:/gm)
      ?.flatMap((row) => {
        const names = [...row.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name);
        const group = names[0]?.split(" ")[0] ?? "";
        return names
          .map((name) => (name === group || name.startsWith(`${group} `) ? name : `${group} ${name}`))
          .filter((name) => name !== "start");
      }) ?? [],
  )("has help if the overview lists it: %s", async (command) => {
    const { exitCode, stdout } = await gatehouse(...command.split(" "), "--help");
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`Usage: npm run gate -- ${command}`);
  });

  it("occurs in the docs more than twenty times", () => expect(beginning(COMMAND).length).toBeGreaterThan(20));
}
