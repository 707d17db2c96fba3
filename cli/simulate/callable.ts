import { CommandError } from "../failure";

/** Nobody else can listen to what stays on this machine. */
const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** Throws for what would send credentials in the open. */
export function assertCallable(url: string): void {
  if (!URL.canParse(url)) throw new CommandError(`${url} is no URL: write it whole, https://gate.example.com/{step}`);
  const { protocol, hostname, username, password } = new URL(url);
  if (username !== "" || password !== "")
    throw new CommandError("Credentials do not belong into the URL: use --username and --password-stdin.");
  if (protocol === "https:" || (protocol === "http:" && loopback.test(hostname))) return;
  throw new CommandError("The URL must begin with https://, as for Entra; http works only for 127.0.0.1.");
}
