import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { packageRoot } from "../../lib/app-root";
import { RELEASE_TEMPLATE } from "../../lib/release/release";
import { usersNode } from "../support/users-node";

/** The resources of the recorder's account. */
interface Account {
  readonly account?: string;
  readonly bucketRegion?: string | null;
  readonly stack?: boolean;
  readonly mailSettings?: string;
  /** The service and action that fail, such as "cloudformation deploy". */
  readonly fails?: string;
}

/** Plays `aws`: keeps each call with what it read, and answers as the command line does with `--output text`. */
const RECORDER = `
const { appendFileSync, readFileSync, writeFileSync } = require("node:fs");
const [state, log] = [process.env.RECORDER_STATE, process.env.RECORDER_LOG];
const account = JSON.parse(readFileSync(state, "utf8"));
const args = process.argv.slice(2).filter((word, index, all) => word !== "--output" && all[index - 1] !== "--output");
const [, region] = args[0] === "--region" ? args.splice(0, 2) : [];
const [service, action] = args;
const value = (name) => args[args.indexOf(name) + 1];
const stdin = args.some((word) => word.endsWith("/dev/stdin")) ? readFileSync(0, "utf8") : undefined;
appendFileSync(log, JSON.stringify({ region, args, stdin }) + "\\n");
const end = (code, text) => {
  (code === 0 ? process.stdout : process.stderr).write(text + "\\n");
  process.exit(code);
};
const call = service + " " + action;
if (account.fails === call) end(254, "An error occurred (AccessDenied) when calling " + action);
if (call === "configure get") account.configured ? end(0, account.configured) : end(1, "");
if (call === "sts get-caller-identity") account.account ? end(0, account.account) : end(253, "Unable to locate credentials.");
if (call === "s3api get-bucket-location") {
  if (account.bucketRegion === undefined || value("--expected-bucket-owner") !== account.account) end(254, "An error occurred (403)");
  end(0, String(account.bucketRegion ?? "None"));
}
if (call === "cloudformation deploy") {
  writeFileSync(state, JSON.stringify({ ...account, stack: true }));
  end(0, "Successfully created/updated stack");
}
if (call === "cloudformation describe-stacks") {
  if (!account.stack) end(254, "Stack with id does not exist");
  const [, output] = /OutputKey=='(\\w+)'/.exec(value("--query")) ?? [];
  end(0, output === undefined ? "CREATE_COMPLETE" : "value of " + output);
}
if (call === "secretsmanager get-secret-value") {
  end(0, value("--secret-id") === "value of CredentialsSecret" ? '{"password":"p4ssw0rd","username":"entra"}' : account.mailSettings ?? 'a"{random}\\\\value');
}
if (call === "secretsmanager put-secret-value") writeFileSync(state, JSON.stringify({ ...account, stack: true, mailSettings: stdin }));
end(0, "");
`;

const folder = mkdtempSync(join(tmpdir(), "gatehouse-deploy-"));
const bin = join(folder, "bin");
/** The system's commands without `aws`. */
const tools = join(folder, "tools");
const release = join(folder, "the release");
const state = join(folder, "state.json");
const log = join(folder, "log.jsonl");
beforeAll(() => {
  mkdirSync(bin);
  mkdirSync(release);
  writeFileSync(join(folder, "recorder.cjs"), RECORDER);
  writeFileSync(join(bin, "aws"), `#!/bin/sh\nexec "${usersNode}" "${join(folder, "recorder.cjs")}" "$@"\n`);
  chmodSync(join(bin, "aws"), 0o755);
  cpSync(join(packageRoot, "scripts", "release", "deploy.sh"), join(release, "deploy.sh"));
  writeFileSync(join(release, RELEASE_TEMPLATE), "{}");
  mkdirSync(tools);
  symlinkSync("/usr/bin/dirname", join(tools, "dirname"));
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Call {
  readonly region?: string;
  readonly args: readonly string[];
  readonly stdin?: string;
}

const ready: Account = { account: "111111111111", bucketRegion: "eu-west-1" };
const given = {
  GATEHOUSE_MAIL_FROM: "gate@contoso.com",
  GATEHOUSE_APPROVERS: "it@contoso.com,pat@contoso.com",
  GATEHOUSE_LINK: "https://app.contoso.com/?a=1&b=2",
};
const settings = { mailFrom: given.GATEHOUSE_MAIL_FROM, approvers: given.GATEHOUSE_APPROVERS, redirectUrl: given.GATEHOUSE_LINK };
const words = ["code-of-contoso", "Gatehouse", "eu-west-1"];

interface Run {
  readonly env?: NodeJS.ProcessEnv;
  /** The answers that somebody types at a terminal. @default no terminal */
  readonly typed?: string;
  /** @default the recorder's folder, and the system's */
  readonly path?: string;
}

function deploy(
  args: readonly string[],
  account: Account | undefined,
  { env = {}, typed, path = [bin, "/usr/bin", "/bin"].join(delimiter) }: Run = {},
) {
  if (account !== undefined) writeFileSync(state, JSON.stringify(account));
  rmSync(log, { force: true });
  const script = ["/bin/sh", join(release, "deploy.sh"), ...args];
  const [program, ...given] = typed === undefined ? script : ["script", "-qec", script.map((word) => `'${word}'`).join(" "), "/dev/null"];
  const ran = spawnSync(program as string, given, {
    cwd: folder,
    env: { PATH: path, HOME: folder, RECORDER_STATE: state, RECORDER_LOG: log, ...env },
    encoding: "utf8",
    input: typed ?? "",
  });
  const calls = existsSync(log)
    ? readFileSync(log, "utf8")
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as Call)
    : [];
  const find = (...call: readonly string[]) => calls.find(({ args: each }) => call.every((word, index) => each[index] === word));
  return { code: ran.status, out: ran.stdout, err: ran.stderr, calls, find };
}

describe("deploy.sh", () => {
  it("deploys into an empty account, and writes what it was given", () => {
    const { code, out, err, calls, find } = deploy(words, ready, { env: given });
    expect([code, err]).toEqual([0, expect.not.stringContaining("Nobody gets mail")]);
    expect(calls.every(({ region }) => region === "eu-west-1")).toBe(true);
    expect(find("s3", "cp")?.args).toEqual([
      "s3",
      "cp",
      release,
      "s3://code-of-contoso/gatehouse/",
      "--recursive",
      "--exclude",
      "*",
      "--include",
      "*.zip",
      "--only-show-errors",
    ]);
    expect(find("cloudformation", "deploy")?.args.slice(2)).toEqual([
      ...["--stack-name", "Gatehouse", "--template-file", join(release, RELEASE_TEMPLATE)],
      ...["--s3-bucket", "code-of-contoso", "--s3-prefix", "gatehouse/templates", "--capabilities", "CAPABILITY_IAM"],
      ...["--no-fail-on-empty-changeset", "--parameter-overrides", "Bucket=code-of-contoso", "Prefix=gatehouse/"],
    ]);
    expect(JSON.parse(find("secretsmanager", "put-secret-value")?.stdin ?? "")).toEqual(settings);
    expect(out).toContain("value of AfterSignInUrl");
    expect(out).toContain("value of CredentialsCommand");
    expect(out).toMatch(/^User name: +entra$/m);
    expect(out).toContain("--table-name value of AccessListTable");
  });

  it("shows neither password nor settings in words of a command, and no password at all", () => {
    const { out, err, calls } = deploy(words, ready, { env: given });
    const argv = JSON.stringify(calls.map(({ args }) => args));
    for (const secret of ["p4ssw0rd", ...Object.values(settings)]) expect(argv).not.toContain(secret);
    expect(out + err).not.toContain("p4ssw0rd");
  });

  it("changes nothing that somebody typed, when it runs again", () => {
    deploy(words, ready, { env: given });
    const { code, err, find } = deploy(words, undefined, { env: { ...given, GATEHOUSE_MAIL_FROM: "other@contoso.com" } });
    expect([code, find("secretsmanager", "put-secret-value")]).toEqual([0, undefined]);
    expect(err).toContain("The mail's settings stay as they are.");
    expect(JSON.stringify(find("cloudformation", "deploy"))).not.toContain("AlarmEmail");
  });

  it("ends with 2 without a terminal and without settings, and says what is left", () => {
    const { code, err, find } = deploy(words, ready);
    expect([code, find("secretsmanager", "put-secret-value")]).toEqual([2, undefined]);
    expect(err).toContain("Nobody gets mail yet: run this again at a terminal, or set GATEHOUSE_MAIL_FROM");
  });

  it.skipIf(!existsSync("/usr/bin/script"))("asks at a terminal, again after an answer that does not do", () => {
    const answers = [
      "alarms@contoso.com",
      'gate"@contoso.com',
      "gate",
      "gate@contoso.com",
      "it@contoso.com,pat@contoso.com",
      "http://app",
      "https://app.contoso.com/?a=1&b=2",
    ];
    const first = deploy(words, ready, { typed: `${answers.join("\n")}\n` });
    expect(first.code).toBe(0);
    expect(JSON.parse(first.find("secretsmanager", "put-secret-value")?.stdin ?? "")).toEqual(settings);
    expect(first.find("cloudformation", "deploy")?.args).toContain("AlarmEmail=alarms@contoso.com");
    const second = deploy(words, undefined, { typed: "" });
    expect([second.code, second.out]).toEqual([0, expect.not.stringContaining("alarm rings")]);
  });

  it.each([
    { from: "AWS_REGION", env: { AWS_REGION: "eu-west-1" }, account: ready },
    { from: "AWS_DEFAULT_REGION", env: { AWS_DEFAULT_REGION: "eu-west-1" }, account: ready },
    { from: "the profile", env: {}, account: { ...ready, configured: "eu-west-1" } },
  ])("takes the region from $from", ({ env, account }) => {
    const { code, find } = deploy(words.slice(0, 2), account, { env: { ...given, ...env } });
    expect([code, find("cloudformation", "deploy")?.region]).toEqual([0, "eu-west-1"]);
  });

  it.each([
    { place: null, region: "us-east-1" },
    { place: "EU", region: "eu-west-1" },
  ])("knows that a bucket in $place is in $region", ({ place, region }) => {
    expect(deploy(["code", "Gatehouse", region], { ...ready, bucketRegion: place }, { env: given }).code).toBe(0);
  });

  it("takes another beginning of keys, and an address for alarms", () => {
    const { find } = deploy(words, ready, { env: { ...given, GATEHOUSE_PREFIX: "tools/gate/", GATEHOUSE_ALARM_EMAIL: "it@contoso.com" } });
    expect(find("s3", "cp")?.args[3]).toBe("s3://code-of-contoso/tools/gate/");
    expect(find("cloudformation", "deploy")?.args.slice(-3)).toEqual([
      ...["Bucket=code-of-contoso", "Prefix=tools/gate/", "AlarmEmail=it@contoso.com"],
    ]);
  });

  it.each<{ what: string; args?: readonly string[]; account?: Account; run?: Run; says: string | RegExp }>([
    { what: "no words", args: [], says: /^Usage: .*deploy\.sh BUCKET STACK \[REGION\]/ },
    { what: "one word", args: ["code"], says: /^Usage: / },
    { what: "four words", args: [...words, "more"], says: /^Usage: / },
    { what: "no aws", run: { path: tools }, says: "The AWS command line is missing: https://aws.amazon.com/cli" },
    { what: "no region", args: words.slice(0, 2), says: /^Which region\? Name it last: .* code-of-contoso Gatehouse eu-west-1/m },
    { what: "no credentials", account: { bucketRegion: "eu-west-1" }, says: "There are no working AWS credentials" },
    {
      what: "no such bucket, or another account's",
      account: { account: "111111111111" },
      says: "Account 111111111111 has no bucket code-of-contoso",
    },
    {
      what: "a bucket in another region",
      account: { ...ready, bucketRegion: "us-east-1" },
      says: "The bucket code-of-contoso is in us-east-1, and the stack in eu-west-1",
    },
    { what: "an upload that fails", account: { ...ready, fails: "s3 cp" }, says: "AccessDenied" },
    { what: "a deployment that fails", account: { ...ready, fails: "cloudformation deploy" }, says: "AccessDenied" },
    {
      what: "a sender that is none",
      run: { env: { ...given, GATEHOUSE_MAIL_FROM: "gate" } },
      says: 'Sender, which Amazon SES has verified: "gate" is none.',
    },
    {
      what: "a link with a quote",
      run: { env: { ...given, GATEHOUSE_LINK: 'https://a"b' } },
      says: "has characters that this script does not take",
    },
  ])("ends with an error and deploys nothing further: $what", ({ args = words, account = ready, run = { env: given }, says }) => {
    const { code, err, find } = deploy(args, account, run);
    expect([code, err]).toEqual([
      expect.any(Number),
      typeof says === "string" ? expect.stringContaining(says) : expect.stringMatching(says),
    ]);
    expect([0, 2]).not.toContain(code);
    expect(find("secretsmanager", "put-secret-value")).toBeUndefined();
  });

  it("names the missing template", () => {
    rmSync(join(release, RELEASE_TEMPLATE));
    const { code, err } = deploy(words, ready);
    writeFileSync(join(release, RELEASE_TEMPLATE), "{}");
    expect([code, err]).toEqual([1, expect.stringContaining("unpack the whole release into one folder")]);
  });
});
