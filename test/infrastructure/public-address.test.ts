import { isPublicHost } from "../../lib/options";

it.each(["hooks.contoso.com", "8.8.8.8", "[2606:4700::1111]", "172.32.0.1", "local.contoso.com"])("%s is a public address", (host) =>
  expect(isPublicHost(new URL(`https://${host}/`))).toBe(true),
);

it.each([
  ...[
    "localhost",
    "a.localhost",
    "printer.local",
    "db.internal",
    "localhost.",
    "0.0.0.0",
    "10.1.2.3",
    "100.64.0.1",
    "127.0.0.1",
    "2130706433",
  ],
  ...["0x7f.1", "169.254.169.254", "172.16.0.1", "192.168.1.1", "224.0.0.1", "255.255.255.255"],
  ...["[::1]", "[::]", "[fd00::1]", "[fe80::1]", "[::ffff:10.0.0.1]", "[ff02::1]"],
])("%s is not a public address", (host) => expect(isPublicHost(new URL(`https://${host}/`))).toBe(false));
