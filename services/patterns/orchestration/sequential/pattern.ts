import { orchestration } from '../pattern.ts';

export const pattern = orchestration('orchestration/sequential', { sequential: true });
