import { useFlag } from '@openfeature/react-sdk';

/**
 * Shows advertisements.
 *
 * - flag key: `ads` //@ comment E
 */
export const useAds = (options?: Options) => {
  return useFlag('ads', false, options); //@ declared E
};

export const useAdsOrNot = () => useAds().value; //@ declared E
