import { parseNetwork } from "../../../engine/sign-up/network";

it.each([
  { address: "192.0.2.1", network: "192.0.2.1" },
  { address: " 192.0.2.1 ", network: "192.0.2.1" },
  { address: "::ffff:192.0.2.1", network: "192.0.2.1" },
  { address: "2001:db8::1", network: "2001:db8:0:0::/64" },
  { address: "2001:DB8:0:0:1:2:3:4", network: "2001:db8:0:0::/64" },
  { address: "2001:db8:0:1::", network: "2001:db8:0:1::/64" },
  { address: "2001:db8:1:2:3:4:5:6", network: "2001:db8:1:2::/64" },
  { address: "1:0:0:2:3:4:5:6", network: "1:0:0:2::/64" },
  { address: "::1", network: "0:0:0:0::/64" },
  { address: "::", network: "0:0:0:0::/64" },
  { address: "2001:db8::1%eth0", network: undefined },
  { address: "contoso.com", network: undefined },
  { address: "1.2.3.4.5", network: undefined },
  { address: "[::1]", network: undefined },
  { address: "", network: undefined },
])("$address is in $network", ({ address, network }) => expect(parseNetwork(address)).toBe(network));
