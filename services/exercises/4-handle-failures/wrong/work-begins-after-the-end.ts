import { reactions as right } from '../solution.ts';

/** The chef is released afterwards anyway, so nothing keeps it from beginning. */
export const reactions = right.filter(({ service, does }) => service !== 'chef-service' || does !== 'begin nothing');
