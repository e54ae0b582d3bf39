import { getGeneratedClient, useTier } from './generated/client';

const generated = getGeneratedClient();

export async function page() {
  const tier = useTier(); //@ read D
  return [tier, await generated.darkMode({})]; //@ read C
}

export function banner() {
  const { value } = useAds(); //@ read E
  return value;
}
