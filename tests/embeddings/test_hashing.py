import numpy as np

from embeddings.hashing import HashingEncoder


def test_texts_that_share_words_are_more_similar_than_texts_that_do_not() -> None:
    asked, near, far = HashingEncoder().encode(
        ["the printer on floor 2 is jammed", "printer jammed again on floor 2", "cannot sign in to the payroll portal"]
    )
    assert asked @ near > 0.5 > asked @ far


def test_a_misspelt_word_stays_close_to_the_right_one() -> None:
    right, wrong, other = HashingEncoder().encode(["password", "pasword", "keyboard"])
    assert right @ wrong > right @ other


def test_the_same_text_gives_the_same_vector_in_every_process() -> None:
    assert np.abs(HashingEncoder(8).encode(["vpn"])[0] - [0, 0.2194, 0, 0, 0.9507, 0, 0, -0.2194]).max() < 1e-4
