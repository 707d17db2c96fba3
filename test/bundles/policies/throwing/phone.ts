/** Where nobody typed one, it throws. */
export function digitsOf(phone: unknown): string {
  return (phone as string).replace(/\D/g, "");
}
