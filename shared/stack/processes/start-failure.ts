/** Something of the stack cannot start for a reason that its user can mend; `message` names it and the remedy. */
export class StartFailure extends Error {
  override readonly name = 'StartFailure';
}
