/** The policy that ships has no such file; a policy folder may. */
declare module "#policy/before-sending-token" {
  const policy: import("../engine/sign-up/policy").Policy<"before-sending-token">;
  export default policy;
}
