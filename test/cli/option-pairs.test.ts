import { gatehouse } from "./support";

const URL = "https://gate.example.com/{step}";
const certificate = ["--user-flow", "B2X_1_Partner", "--certificate", "next.pfx"];
const table = ["--from-table", "old", "--table", "accessList"];

it.each([
  { args: ["audit", "verify", "--keep-days", "365"], says: "--keep-days needs --archive: alone it does nothing." },
  { args: ["list", "show", "--data", "folder"], says: "--data needs --local" },
  { args: ["conform", URL, "--data", "folder"], says: "--data needs --local" },
  { args: ["list", "check", "kim@contoso.com", "--id", "1184"], says: "--id needs --issuer: at which provider" },
  { args: ["explain", "kim@contoso.com", "--id", "1184"], says: "--id needs --issuer: at which provider" },
  { args: ["list", "lint", "--format", "csv"], says: "--format needs a file" },
  { args: ["list", "export", "--force"], says: "--force needs a file" },
  { args: ["data", "export", "profiles", "--force"], says: "--force needs a file" },
  { args: ["list", "import", "--resume", "20261121-020305123-k7qd", "--format", "csv"], says: "--format goes without --resume" },
  { args: ["preview", "--local", "--if-deployed"], says: "--if-deployed goes without --local" },
  { args: ["doctor", "--local", "--before-deploy"], says: "--before-deploy goes without --local" },
  { args: ["restore", ...table, "--identity", "key.txt"], says: "--identity goes without --from-table" },
  { args: ["restore", ...table, "--another-key"], says: "--another-key goes without --from-table" },
  { args: ["simulate", "kim.json", "--local", "--username", "u"], says: "--username goes without --local" },
  { args: ["conform", "--local", "--tenant", "t"], says: "--tenant goes without --local" },
  { args: ["conform", URL, "--tenant", "t"], says: "--tenant needs --as external-tenant" },
  { args: ["simulate", "kim.json", URL, "--as", "b2c", "--audience", "a"], says: "--audience goes without --as b2c" },
  { args: ["conform", URL, "--as", "external-tenant", "--username", "u"], says: "--username goes without --as external-tenant" },
  { args: ["test", "--watch", "--json"], says: "--watch goes without --json: leave one of them out." },
  { args: ["test", "--watch", "--update"], says: "--watch goes without --update" },
  { args: ["test", "--watch", "--require-coverage"], says: "--watch goes without --require-coverage" },
  { args: ["entra", "rotate", ...certificate, "--wait", "1h"], says: "--wait goes without --certificate" },
  { args: ["entra", "apply", "--user-flow", "B2X_1_Partner", "--grant-consent"], says: "--grant-consent goes without --user-flow" },
  { args: ["entra", "pull", "--stdout", "--force"], says: "--force goes without --stdout" },
])("refuses $args, which it would not heed", async ({ args, says }) => {
  const { exitCode, stdout, stderr } = await gatehouse(...args);
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
  expect(stderr).toContain(`error: ${says}`);
});
